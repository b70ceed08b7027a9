// Package senda holds the constructs of which a deployment is made, for the app beside it
// and for anybody's own CDK app:
//
//	deploy, err := senda.Read("out/deploy")
//	data := senda.NewData(dataStack, "Data", nil)
//	senda.NewSenda(journeyStack, "Senda", &senda.Props{Deploy: deploy, Data: data})
//
// What is deployed comes as files, written by `senda compile` and
// scripts/build-functions.sh: this package knows no compiler. A machine goes into the
// template as the text that it is, and every policy is derived from the table of
// internal/access.
//
// A construct here is a struct over a construct of the CDK, and no construct itself: jsii
// panics over Go structs that embed one. Scopes are the inner ones.
package senda
