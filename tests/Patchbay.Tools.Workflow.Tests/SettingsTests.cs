using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Workflow.Otlp;

namespace Patchbay.Tools.Workflow.Tests;

public sealed class SettingsTests
{
    [Fact]
    public async Task Two_tools_and_their_services_are_added()
    {
        await using var services = Services(("Patchbay:Store:Kind", "memory"));

        Assert.Equal(["workflow/analyze", "workflow/record"], services.GetServices<ITool>().Select(tool => tool.Definition.Name).Order());
        Assert.NotNull(services.GetRequiredService<OtlpTraceReceiver>());
    }

    [Fact]
    public async Task The_store_follows_the_server_s_settings_unless_the_section_says_otherwise()
    {
        await using var server = Services(("Patchbay:DataDirectory", "/var/lib/p"), ("Patchbay:Store:Durability", "strict"));
        await using var own = Services(("Patchbay:Store:Kind", "memory"), ("Patchbay:Workflow:Store", "sqlite"), ("Patchbay:Workflow:DatabasePath", "/tmp/x.db"));

        var followed = server.GetRequiredService<IOptions<WorkflowOptions>>().Value;
        var said = own.GetRequiredService<IOptions<WorkflowOptions>>().Value;
        Assert.Equal(("sqlite", "/var/lib/p/workflow.db", true), (followed.Store, followed.DatabasePath, followed.Strict));
        Assert.Equal(("sqlite", "/tmp/x.db", false), (said.Store, said.DatabasePath, said.Strict));
    }

    [Theory]
    [InlineData("Memory", null)]
    [InlineData("SQLite", null)]
    [InlineData("postgres", "Patchbay:Store:Kind")]
    public async Task A_kind_of_store_that_is_not_built_stops_the_start_and_does_not_become_another(string kind, string? named)
    {
        await using var services = Services(("Patchbay:Store:Kind", kind));

        var fault = Record.Exception(() => services.GetRequiredService<IStartupValidator>().Validate());

        if (named is null)
            Assert.Null(fault);
        else
            Assert.Contains(named, Assert.IsType<OptionsValidationException>(fault).Message);
    }

    [Theory]
    [InlineData("MaxAgeDays", "1", true)]
    [InlineData("MaxAgeDays", "0", false)]
    [InlineData("MaxAgeDays", "3650", true)]
    [InlineData("MaxAgeDays", "3651", false)]
    [InlineData("MaxWorkflows", "0", false)]
    [InlineData("MaxExecutionsPerWorkflow", "10000001", false)]
    [InlineData("MaxBodyBytes", "1024", true)]
    [InlineData("MaxBodyBytes", "1023", false)]
    [InlineData("OverlapTolerancePercent", "10", true)]
    [InlineData("OverlapTolerancePercent", "10.5", false)]
    [InlineData("QuietPeriodSeconds", "3601", false)]
    [InlineData("RootPatienceSeconds", "0", false)]
    [InlineData("MaxConcurrentBodies", "0", false)]
    [InlineData("MaxStepsPerExecution", "1000001", false)]
    [InlineData("MaxStepsPerWorkflow", "99999", false)]
    [InlineData("MaxStepsPerWorkflow", "100000", true)]
    [InlineData("Store", "postgres", false)]
    public async Task A_value_out_of_range_stops_the_start_and_names_the_setting(string name, string value, bool isValid)
    {
        await using var services = Services(($"Patchbay:Workflow:{name}", value));

        var fault = Record.Exception(() => services.GetRequiredService<IStartupValidator>().Validate());

        if (isValid)
            Assert.Null(fault);
        else
            Assert.Contains(name, Assert.IsType<OptionsValidationException>(fault).Message);
    }

    private static ServiceProvider Services(params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value)).Build());
        services.AddLogging();
        services.AddWorkflowTools();
        return services.BuildServiceProvider();
    }
}
