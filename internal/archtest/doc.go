// Package archtest holds the rules of the house as tests: who may import whom,
// which words may not stand where. Each rule prints its reason when it is broken,
// and a rule about a package that no longer exists fails too.
package archtest
