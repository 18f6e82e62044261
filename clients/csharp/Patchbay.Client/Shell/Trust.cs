using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Patchbay.Client.Shell;

/// <summary>Whom a client trusts when it is not the system that decides.</summary>
internal static class Trust
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";

    /// <summary>Reads <see cref="McpClientOptions.CaFile"/>, once for all connections. Host names and dates are checked as ever.</summary>
    /// <returns>Null: the system decides.</returns>
    /// <exception cref="ArgumentException">The file is not what it should be.</exception>
    public static X509ChainPolicy? Read(McpClientOptions options)
    {
        if (options.CaFile is not { } file)
            return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            var text = File.ReadAllText(file);
            policy.CustomTrustStore.ImportFromPem(text);
            var begun = text.Split(Begin).Length - 1;
            if (begun == 0)
                throw Fault(file, "has no certificate");
            // One that is cut off is passed over.
            return begun == policy.CustomTrustStore.Count ? policy : throw Fault(file, "has a certificate that cannot be read");
        }
        catch (CryptographicException fault)
        {
            throw Fault(file, "has a certificate that cannot be read", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException || file.Length == 0)
        {
            throw Fault(file, $"cannot be read: {fault.Message.TrimEnd('.')}", fault);
        }
    }

    private static ArgumentException Fault(string file, string what, Exception? cause = null, string option = nameof(McpClientOptions.CaFile)) =>
        new($"{option} '{file}' {what}; it must name a PEM file of the certificates to trust.", option, cause);
}
