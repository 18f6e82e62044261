using Microsoft.Extensions.Options;

namespace Patchbay.Tools.System;

/// <summary>Checks the ranges when the host starts.</summary>
[OptionsValidator]
internal sealed partial class SystemOptionsValidator : IValidateOptions<SystemOptions>;
