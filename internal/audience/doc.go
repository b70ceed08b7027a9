// Package audience enters people by what they are, on a schedule: it asks an
// audience's condition of everybody and lets in who newly belongs.
//
// Who belonged at the last run has a [senda.Membership]. Somebody who belongs and
// has none is new; at a first run, everybody who belongs is. Whoever belongs no
// longer loses it and will be new again. Who still belongs enters again once the
// journey's `again` has elapsed.
//
// A run goes through people in bounded pages and remembers nothing but the
// memberships: each person is decided alone, so that a run that died is begun
// again, and whoever had entered has entered once.
package audience
