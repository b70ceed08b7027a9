// Package play plays the scenarios that marketers write beside their journeys:
// one person in a house of their own, from the event that enters to the end, in
// virtual time, and compares what came of it with what must.
package play
