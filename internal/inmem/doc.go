// Package inmem keeps everything in memory: the store, the mailbox, the
// machines and the bus of tests and of the simulator.
//
// Records are kept as they are handed in, without encoding, so that a
// simulation of a million people spends its time on people. The contract of
// the store is internal/storetest's; a store that is stale and conflicts on
// purpose is storetest.Flaky over this one.
package inmem
