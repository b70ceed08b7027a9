// Package it tries a deployment on an emulator: it finds the stack that was deployed
// there, plays every scenario in it, breaks its parts one after the other, and holds
// the calls that were seen against those that were declared.
//
// Its tests carry the build tag localstack; `make it` deploys the synthesised template
// and runs them. They fail, and do not skip, where there is no deployment.
package it
