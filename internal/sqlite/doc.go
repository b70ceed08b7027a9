// Package sqlite keeps the records in one SQLite file: the store of the
// embedded default.
//
// # What survives what
//
// The file is in WAL mode. A commit is in the operating system's hands before
// Commit returns, so that whatever kills the process, kill -9 included, loses
// nothing that was answered. A power failure is another matter: with
// synchronous = NORMAL the last commits may be gone, though the file stays
// whole, and a claim that is gone after its mail has left would be made again.
// The default is therefore FULL, one fsync a commit
// (https://www.sqlite.org/pragma.html#pragma_synchronous); commits that wait for each
// other share one ([Store.Commit] gathers them). NORMAL is for tests and
// simulations, and where doubling mail after a power failure is acceptable.
//
// One process opens the file for writing at a time.
package sqlite
