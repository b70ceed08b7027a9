// Package report reads from a store what came of a run: who was reached and who
// was not, and why; what every journey did with people; what was expected of them
// and what they did. It counts records and computes nothing that the engine decided
// again.
package report
