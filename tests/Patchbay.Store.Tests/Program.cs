using Patchbay.Store.Tests.Sqlite;

return args is [CrashChild.Argument, var directory]
    ? await CrashChild.RunAsync(directory)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
