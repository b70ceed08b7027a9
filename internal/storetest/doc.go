// Package storetest is the contract of senda.Store as tests, and a store that
// misbehaves in every way the contract allows.
//
// An adapter proves itself with
//
//	storetest.Test(t, func(t *testing.T) senda.Store { return inmem.New() })
//
// and whoever uses a store proves itself over a Flaky one.
package storetest
