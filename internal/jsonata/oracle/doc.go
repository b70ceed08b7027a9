// Package oracle compares internal/jsonata with the reference implementation,
// npm's jsonata at the version that Step Functions runs, on Node. It is used by
// tests and by the program in regenerate, never by Senda itself.
//
// The reference is installed once with `npm ci` in this folder.
package oracle
