// Package dynamo keeps the records in two DynamoDB tables: the store of the
// cloud. docs/tables.md is the design, with its access patterns and their cost.
//
// # Attempts, and what is known after them
//
// The SDK repeats a call that was throttled, that failed inside the service or
// whose answer was lost: four attempts at most, with waits drawn from up to 50,
// 100 and 200 milliseconds. A repetition must not blur what happened, so a commit watches each
// attempt and keeps the doubt: an attempt is in doubt when its request had
// begun to leave and no answer of the kind 4xx said that nothing was done.
//
//   - A transaction carries a client request token. Repeated within ten minutes
//     it answers success when an earlier attempt was applied, so that a
//     cancellation is always the truth: Conflict.
//   - A conditional put that meets its own first attempt is refused by its
//     condition. Every write makes a version with 20 random bits, and the refusal brings
//     the item that stands there: when an attempt is in doubt and that item bears
//     the very version and record of this put, the put is done. Otherwise it is Unsure.
//   - A conditional delete that is refused after an attempt in doubt is Unsure.
//   - Writes without a condition may be applied twice, which is the same as once.
//
// Conflict therefore always means that nothing was written. Without doubt the
// end is Unavailable (throttled, not reached, given up before the request left);
// in doubt it is Unsure, and the conditions make a repetition harmless.
//
// # The client
//
// New makes no call. The HTTP client of the configuration must be one of
// net/http, as the SDK's is: whether a request has begun to leave is seen through
// net/http/httptrace. A client that the SDK made gets a time-out of 5 seconds an
// attempt, so that a connection that hangs costs one attempt and not the
// caller's whole deadline.
package dynamo
