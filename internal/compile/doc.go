// Package compile is the compiler as one call: a folder of journeys in, bundles or
// findings out. It puts the passes in their order and does nothing that one of them
// could do; each can be called alone.
//
//	files -> parse -> mails -> check -> plan -> emit -> bundle
//
// The folder holds brands.yaml, offers.yaml, profile.yaml, audiences.yaml, parts/*.yaml,
// layouts/*.mjml, and a folder a journey with journey.yaml, scenarios.yaml and its
// mails (*.mjml, beside it or in mails/).
package compile
