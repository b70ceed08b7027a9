// Package shoptest is a tiny shop for the tests of what stands on a whole house: two
// brands of one family, a purpose of every class and the few journeys that use them. The
// shop in the folder journeys is for people, and may change for their sake; this one
// changes when a test needs it to.
package shoptest
