// Package task is the contract between a compiled machine and the functions
// that serve it: one request and one reply a kind of task, and nothing else
// travels. emit writes the requests as JSONata templates, the use cases answer
// them, and both take their field names from here.
//
// # The input of an execution
//
//	{"v": 1,
//	 "who": {"person": "p-…", "entry": "win-back/7f3a…/00000001", "bundle": "sha256…", "pace": 1},
//	 "at": "2026-03-02T09:00:00.000Z", "data": {…}, "ways": {"tone": "warm"},
//	 "due": {"wait-90-minutes": {"until": "…", "real": "…"}}}
//
// It is an [Input]. A machine reads it as $states.context.Execution.Input wherever
// it needs it, so that no state is spent on copying it. `who` goes into every
// request whole, `data` holds the fields of the entry's event that are not personal
// (the root `entry` of conditions), `ways` the way of each split, `due` the ends
// of those pauses that no task precedes.
//
// # Variables of a machine
//
//	$at        journey time at the end of the last task or pause (text, RFC 3339, UTC)
//	$due       {pause: {until, real}} for the pauses that may come before the next task
//	$person    attributes read by the last facts task
//	$facts     facts read by it
//	$consent   {brand: {purpose: boolean}} read by it
//	$mails     {step: {delivered, opened, clicked, bounced, answered, answer, used}} read by it:
//	           what became of earlier mails and offers since they left
//	$is        {condition: boolean}: conditions over personal fields, evaluated by it
//	$<step>    the reply of an earlier step, see [Variable]
//
// A member that has no value is absent, never null: a condition over it is no.
//
// # The functions
//
// The resource of a Task is "${Facts}", "${Score}", "${Choose}", "${Send}",
// "${Update}" or "${Pause}": the substitutions under which the stack, the
// emulator and the embedded runner put a function. A callback is
// "arn:aws:states:::lambda:invoke.waitForTaskToken" with FunctionName "${Pause}"
// and the request as Payload.
//
// Each request says in `next` which pauses may follow with no other task in
// between, and each reply says in `due` when they end: of every pause that was
// asked for, an until in journey time and a real instant by the clock. That
// includes the answer of a callback, whether an event ended the pause or the
// entry is leaving: a machine that misses one could not go on.
//
// # Errors
//
// A function that finds the entry leaving or ended fails with Senda.Leaving,
// having ended the entry itself: the machine catches it and succeeds at "left".
// A send in quiet hours fails with Senda.Held ([Held]) and its cause says when
// the hold ends: the machine pauses and calls again. What may come right by itself is
// retried as [Retries] says; what does not fails the execution under its own name.
package task
