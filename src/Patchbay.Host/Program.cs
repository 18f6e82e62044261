using Patchbay.Host;

return await ServeCommand.RunAsync(args);
