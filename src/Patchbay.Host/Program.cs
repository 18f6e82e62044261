using Patchbay.Host;
using Patchbay.Host.Operator;

return OperatorCommand.Knows(args) ? await OperatorCommand.RunAsync(args) : await ServeCommand.RunAsync(args);
