// Command infra is the CDK app of Senda: two stacks, one of what must never be lost and one
// of what can be made again. The environment is read here and nowhere else.
//
//	SENDA_DEPLOY   the folder that senda compile and scripts/build-functions.sh wrote (out/deploy)
//	SENDA_STAGE    a name that sets this installation apart from another in the account
//	SENDA_SALT     the salt of assignments; never change it
//	SENDA_LINKS    the https address of the public pages, where a CDN stands before them
//	SENDA_ALARMS   the mailbox that is told of alarms
//	SENDA_UPSTREAM accounts that may put events on the bus, separated by commas
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/senda-dev/senda/infra/senda"
)

func main() {
	if err := run(os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "infra:", err)
		os.Exit(1)
	}
}

func run(env func(string) string) error {
	dir := env("SENDA_DEPLOY")
	if dir == "" {
		dir = "out/deploy"
	}
	deploy, err := senda.Read(dir)
	if err != nil {
		return err
	}
	// Starting jsii costs seconds: what can fail without it has been done.
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	senda.NewStacks(app, &senda.StacksProps{
		Stage: env("SENDA_STAGE"), Account: env("CDK_DEFAULT_ACCOUNT"), Region: env("CDK_DEFAULT_REGION"),
		Deploy: deploy, Salt: env("SENDA_SALT"), Links: strings.TrimSuffix(env("SENDA_LINKS"), "/"), AlarmMail: env("SENDA_ALARMS"),
		Upstream: strings.FieldsFunc(env("SENDA_UPSTREAM"), func(r rune) bool { return r == ',' || r == ' ' }),
	})
	app.Synth(nil)
	return nil
}
