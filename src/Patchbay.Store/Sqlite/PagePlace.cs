namespace Patchbay.Store.Sqlite;

/// <summary>Where an item stands.</summary>
/// <param name="Page">The number of the row.</param>
/// <param name="Offset">The first byte in it.</param>
/// <param name="Length">How many; 0 stands for nowhere.</param>
internal readonly record struct PagePlace(long Page, int Offset, int Length);
