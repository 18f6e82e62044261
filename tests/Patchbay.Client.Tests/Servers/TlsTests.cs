using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>
/// Connections over TLS, and whom a client trusts: the system's authorities (on Linux its store, or the file that <c>SSL_CERT_FILE</c> names),
/// or those of <see cref="McpClientOptions.CaFile"/> and nobody else.
/// </summary>
public sealed class TlsTests(TlsTests.Running running) : IClassFixture<TlsTests.Running>
{
    private const string NoIssuer = "The remote certificate is invalid because of errors in the certificate chain: PartialChain";

    private static readonly string[] Echo = ["call", "debug/echo", """{"a":"ä"}"""];

    private HostProcess Server => running.Server;

    [Fact]
    public async Task A_server_is_used_when_the_system_trusts_it()
    {
        var outcome = await Server.CommandWithAsync([("SSL_CERT_FILE", running.File)], Echo);

        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal("ä", (string?)outcome.Json["a"]);
    }

    [Fact]
    public async Task A_server_is_used_when_its_authority_is_in_the_file()
    {
        await using var client = await Clients.ConnectAsync(Options(Server, running.File));
        Assert.Equal("ä", (await client.CallToolAsync("debug/echo", new { a = "ä" }).Bounded()).GetProperty("a").GetString());
    }

    [Fact]
    public async Task A_server_is_used_when_its_own_self_signed_certificate_is_the_file()
    {
        using var itself = new Authority("itself");
        await using var server = await HostProcess.StartWithTlsAsync(itself.Itself);
        await using var client = await Clients.ConnectAsync(Options(server, running.Write(itself.Pem)));
        Assert.Equal(1, (await client.CallToolAsync("debug/echo", new { n = 1 }).Bounded()).GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Text_and_other_certificates_in_the_file_do_no_harm()
    {
        var bundle = running.Write($"\ufeffFőtanúsítvány\n{running.Other.Pem}\nours:\n{running.Authority.Pem}\n");
        await using var client = await Clients.ConnectAsync(Options(Server, bundle));
        Assert.Equal(McpConnectionState.Connected, client.State);
    }

    [Fact]
    public async Task With_another_authority_or_without_one_the_server_is_refused()
    {
        Assert.Equal(NoIssuer, await RefusalAsync(Options(Server, running.OtherFile)));
        Assert.Equal(NoIssuer, await RefusalAsync(Options(Server, null)));
    }

    [Fact]
    public async Task A_certificate_that_another_has_signed_is_no_authority() =>
        Assert.Equal(NoIssuer, await RefusalAsync(Options(Server, running.Write(running.Signed))));

    [Fact]
    public async Task With_a_file_the_system_is_not_asked()
    {
        var outcome = await Server.CommandWithAsync([("SSL_CERT_FILE", running.File)], [.. Echo, "--ca-file", running.OtherFile]);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal($"patchbay: CONNECTION_FAILED: {NoIssuer}\n", outcome.Error);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        var options = Options(Server, running.File) with { Uri = new Uri($"wss://localhost:{Server.Url.Port}/api/mcp/ws") };
        Assert.EndsWith(": RemoteCertificateNameMismatch", await RefusalAsync(options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_refused()
    {
        await using var server = await HostProcess.StartWithTlsAsync(running.Authority.Sign(days: -1));
        Assert.EndsWith("errors in the certificate chain: NotTimeValid", await RefusalAsync(Options(server, running.File)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_is_read_when_a_pool_is_made_and_not_again()
    {
        var file = running.Write(running.Authority.Pem);
        await using var pool = new McpClientPool(Options(Server, file), 2);
        File.Delete(file);

        await pool.ConnectAsync().Bounded();
        Assert.Equal([McpConnectionState.Connected, McpConnectionState.Connected], pool.Clients.Select(client => client.State));
    }

    [Theory]
    [InlineData(null, "cannot be read: Could not find file")]
    [InlineData("", "has no certificate")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", "has no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----\n", "has a certificate that cannot be read")]
    [InlineData("AUTHORITY-----BEGIN CERTIFICATE-----\nMC4=\n", "has a certificate that cannot be read")]
    public void A_file_that_is_no_help_is_told_when_the_client_is_made(string? text, string told)
    {
        var file = text is null ? running.File + ".none" : running.Write(text.Replace("AUTHORITY", running.Authority.Pem + "\n", StringComparison.Ordinal));
        var options = Clients.Options(1) with { Uri = new Uri("wss://127.0.0.1/"), CaFile = file };

        Assert.All<Func<object>>([() => new McpClient(options), () => new McpClientPool(options)], make =>
        {
            var fault = Assert.Throws<ArgumentException>(nameof(McpClientOptions.CaFile), make);
            Assert.StartsWith($"CaFile '{file}' {told}", fault.Message, StringComparison.Ordinal);
            Assert.Contains("; it must name a PEM file of the certificates to trust.", fault.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void An_address_without_tls_is_told()
    {
        var fault = Assert.Throws<ArgumentException>(nameof(McpClientOptions.CaFile), () => new McpClient(Clients.Options(1) with { CaFile = running.File }));
        Assert.StartsWith("CaFile needs a Uri of wss://", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("call", "debug/echo")]
    [InlineData("tools")]
    [InlineData("top", "--once")]
    public async Task Every_command_takes_the_file(params string[] command)
    {
        var outcome = await Server.CommandWithAsync([], [.. command, "--ca-file", running.File]);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
    }

    [Fact]
    public async Task On_the_command_line_the_option_goes_before_the_environment_and_a_fault_is_wrong_usage()
    {
        (string, string)[] environment = [("PATCHBAY_CA_FILE", running.File)];
        Assert.Equal(0, (await Server.CommandWithAsync(environment, Echo)).ExitCode);
        Assert.Equal(3, (await Server.CommandWithAsync(environment, [.. Echo, "--ca-file", running.OtherFile])).ExitCode);

        var missing = await Server.CommandWithAsync([], [.. Echo, "--ca-file", running.File + ".none"]);
        Assert.Equal(2, missing.ExitCode);
        Assert.StartsWith($"patchbay: CaFile '{running.File}.none' cannot be read", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tls_the_option_is_refused_and_the_environment_is_not_looked_at()
    {
        const string Nobody = "http://127.0.0.1:1";
        var option = await HostProcess.RunAsync(null, TestServer.Key, "tools", "--url", Nobody, "--ca-file", running.File);
        Assert.Equal(2, option.ExitCode);
        Assert.StartsWith("patchbay: CaFile needs a Uri of wss://", option.Error, StringComparison.Ordinal);

        var environment = await HostProcess.RunAsync(null, [("PATCHBAY_KEY", TestServer.Key), ("PATCHBAY_CA_FILE", "/none")], ["tools", "--url", Nobody]);
        Assert.Equal(3, environment.ExitCode);
    }

    private static McpClientOptions Options(HostProcess server, string? file) =>
        Clients.Options(server.Url.Port) with { Uri = new Uri($"wss://127.0.0.1:{server.Url.Port}/api/mcp/ws"), CaFile = file };

    /// <summary>What is said of a server that is not trusted; the client tries once.</summary>
    private static async Task<string> RefusalAsync(McpClientOptions options)
    {
        await using var client = new McpClient(options);
        var fault = await Assert.ThrowsAsync<McpConnectionFailedException>(() => client.ConnectAsync().Bounded());
        Assert.Equal(("CONNECTION_FAILED", McpConnectionState.Closed), (fault.Code, client.State));
        return fault.Message;
    }

    /// <summary>One server for most of them, its authority, and another.</summary>
    public sealed class Running : IAsyncLifetime
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("patchbay-tls-");
        private int _files;

        internal Authority Authority { get; } = new("authority");

        internal Authority Other { get; } = new("other");

        internal HostProcess Server { get; private set; } = null!;

        /// <summary>The server's certificate.</summary>
        internal string Signed { get; private set; } = "";

        internal string File { get; private set; } = "";

        internal string OtherFile { get; private set; } = "";

        /// <returns>The path of a new file.</returns>
        internal string Write(string text)
        {
            var path = Path.Combine(_folder.FullName, $"{Interlocked.Increment(ref _files)}.pem");
            System.IO.File.WriteAllText(path, text);
            return path;
        }

        public async ValueTask InitializeAsync()
        {
            (File, OtherFile) = (Write(Authority.Pem), Write(Other.Pem));
            var identity = Authority.Sign();
            Signed = identity.Certificate;
            Server = await HostProcess.StartWithTlsAsync(identity);
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Authority.Dispose();
            Other.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
