// Package asl is Amazon States Language as Go types, for machines in JSONata
// mode.
//
// Parse reads a definition and reports every finding at its path, among them
// the type checks that AWS makes when a state machine is created; Encode writes
// the shortest JSON for a machine, the same bytes for the same machine. The
// package decides nothing about running: see package interp.
//
// JSONPath, the default language of AWS, is known only in so far as states
// without any query field mean the same in both languages; a query field of
// JSONPath is a finding.
//
// Rules follow the specification (https://states-language.net/spec.html,
// version of 22 November 2024) and, where AWS is narrower, the developer guide
// (https://docs.aws.amazon.com/step-functions/latest/dg/).
package asl
