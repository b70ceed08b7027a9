// Package enroll lets people into journeys: because of an event, or because an
// audience's run found them. It decides with pure functions over the person,
// the journey as deployed today and the rules of the family; the protocol of
// package entry then settles who may enter again and starts the execution.
//
// What is decided at the entry is written on it and never computed again: arm,
// ways, ends of the first pauses, the bundle. The fields of the event that are
// personal stay behind.
package enroll
