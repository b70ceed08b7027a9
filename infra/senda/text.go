package senda

import (
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

func text(s string) *string { return jsii.String(s) }

func texts(s ...string) *[]*string { return jsii.Strings(s...) }

func number(n int) *float64 { return jsii.Number(n) }

var yes, no = jsii.Bool(true), jsii.Bool(false)

func span(d time.Duration) awscdk.Duration { return awscdk.Duration_Seconds(jsii.Number(d.Seconds())) }

// idOf turns a name of ours into the id of a construct: win-back becomes WinBack.
func idOf(names ...string) *string {
	var b strings.Builder
	for _, n := range names {
		for _, part := range strings.FieldsFunc(n, func(r rune) bool { return r == '-' || r == '.' }) {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return jsii.String(b.String())
}

// list is texts as the slice that the names of resources are.
func list(s ...string) []*string { return *jsii.Strings(s...) }

// output is a value of the stack under this very name: see internal/deployment.
func output(scope constructs.Construct, name, about string, value *string) {
	awscdk.NewCfnOutput(scope, text("Out"+name), &awscdk.CfnOutputProps{Description: text(about), Value: value}).OverrideLogicalId(text(name))
}
