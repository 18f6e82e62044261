namespace Patchbay.Tools.System.History;

/// <summary>The series of the history; the order of the columns of a row.</summary>
internal enum SeriesId
{
    CpuPercent,
    CpuUser,
    CpuSystem,
    CpuIowait,
    CpuSteal,
    CpuLoad1m,
    CpuPressure,
    MemoryPercent,
    MemoryUsedBytes,
    MemoryAvailableBytes,
    MemorySwapUsedBytes,
    MemoryMajorFaultsPerS,
    MemorySwapInBytesPerS,
    MemorySwapOutBytesPerS,
    MemoryPressure,
    DiskReadBytesPerS,
    DiskWriteBytesPerS,
    DiskReadIops,
    DiskWriteIops,
    DiskBusyPercent,
    DiskPressure,
    NetworkReceivedBytesPerS,
    NetworkSentBytesPerS,
    NetworkErrorsPerS,
    NetworkDropsPerS,
    NetworkTcpRetransmitPercent,
}
