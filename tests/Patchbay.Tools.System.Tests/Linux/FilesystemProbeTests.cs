using System.Text;
using Patchbay.Tools.System.Linux;

namespace Patchbay.Tools.System.Tests.Linux;

public sealed class FilesystemProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Sizes_are_those_a_user_other_than_root_has_and_pseudo_filesystems_are_left_out()
    {
        using var machine = new FakeMachine { StatVfs = _ => new FilesystemSizes(Total: 1000, Free: 400, Available: 300, Inodes: 200, InodesFree: 50) }.Load("first");
        machine.Sample();
        machine.Filesystems!.Pass();
        var filesystems = machine.Report().Disk!.Filesystems;

        // /bind is the same device as /, the overlay is a container's own.
        Assert.Equal(["/", "/run", "/mnt/my disk"], filesystems.Select(filesystem => filesystem.Mount));
        Assert.Equal([false, false, true], filesystems.Select(filesystem => filesystem.ReadOnly));
        Assert.Equal(300, filesystems[0].AvailableBytes);
        Assert.Equal(100.0 * 600 / 900, filesystems[0].Percent!.Value, 9);
        Assert.Equal(75, filesystems[0].InodesPercent!.Value, 9);
    }

    [Fact]
    public void A_mount_that_does_not_answer_is_stuck_asked_no_second_time_and_the_others_go_on()
    {
        using var released = new ManualResetEventSlim();
        using var hangs = new ManualResetEventSlim();
        using var answered = new SemaphoreSlim(0);
        var asked = 0;
        using var machine = new FakeMachine
        {
            StatVfs = path =>
            {
                if (!Encoding.UTF8.GetString(path).Contains("dead"))
                {
                    answered.Release();
                    return new FilesystemSizes(1000, 500, 500, 0, 0);
                }

                Interlocked.Increment(ref asked);
                hangs.Set();
                released.Wait(Patience, CancellationToken.None);
                return new FilesystemSizes(2000, 1000, 1000, 0, 0);
            },
        };
        machine.Write("proc/mounts", "server:/x /dead nfs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n");
        machine.Sample();
        Assert.True(hangs.Wait(Patience, Token));
        machine.Sample(1.5);
        Assert.True(answered.Wait(Patience, Token));
        // Every tenth tick starts a pass, in which only the mount that lives is asked. The clock moves on until the probe's thread has got to it.
        var again = false;
        for (var i = 0; i < 1_000 && !again; i++)
        {
            machine.Sample();
            again = answered.Wait(Patience / 1_000, Token);
        }

        Assert.True(again);

        var dead = machine.Report().Disk!.Filesystems.Single(filesystem => filesystem.Mount == "/dead");
        Assert.True(dead.Stuck);
        Assert.Null(dead.TotalBytes);
        Assert.Equal(1, Volatile.Read(ref asked));
        Assert.Contains(machine.Report().Findings, finding => finding.Title.Contains("/dead"));
        released.Set();
    }

    [Fact]
    public void Statvfs_agrees_with_the_runtime_about_this_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "statvfs is asked on Linux only.");
        var sizes = StatVfs.Ask("/\0"u8.ToArray())!.Value;
        Assert.Equal(new DriveInfo("/").TotalSize, sizes.Total);
        Assert.InRange(sizes.Available, 1, sizes.Free);
        Assert.Null(StatVfs.Ask("/there/is/no/such/mount\0"u8.ToArray()));
    }
}
