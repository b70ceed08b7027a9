// Package entry is the protocol of an entry: who may change it, when, and what
// comes of it when an execution, events, time-outs and crashes meet.
//
// The entry is their only meeting point. Everyone reads it, decides with a
// function of [Rules], which are pure, and writes it under the condition that
// it is still what was read; whoever writes first wins, everyone else reads and
// decides again. Only after the commit does anything happen outside: a callback
// task is answered, an execution is started, a mail is handed over. Each of
// these can be lost to a crash, and each is found again from the entry or the claim:
//
//   - An execution that was not started: [Service.Sweep] starts it five minutes later.
//   - An answer that was not given: the event is delivered again, or the time-out
//     asks the entry, which knows how the pause ended.
//   - A mail that was claimed and perhaps not handed over: its lease runs out and,
//     after [Unknown], [Service.Settle] applies the policy of its class.
//
// All of this is checked in every order by a model checker in the tests, which
// finds each of 26 bugs planted one at a time:
//
//	go test ./internal/entry -run TestModel -v -model.whole
//
// What a condition means is a function given in: this package does not know what
// a journey is made of.
package entry
