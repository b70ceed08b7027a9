// Package porttest holds the contracts of the ports beside the store as tests:
// senda.Machines, senda.Mailer, senda.Bus and bundle.Bundles. Every adapter of a port
// runs its suite, those of the cloud on an emulator, so that what was tested in memory
// holds where it is deployed. Package storetest does the same for senda.Store.
//
// A suite is given the port and what it must see of the world behind it.
package porttest
