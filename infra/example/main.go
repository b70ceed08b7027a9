// Command example is somebody else's CDK app: a shop that has stacks of its own already and
// takes Senda into one of them. It hears of every journey that ended, and lets its own
// people be told of alarms.
//
//	senda compile --out out/deploy && scripts/build-functions.sh out/deploy
//	npx cdk synth --app "go run ./infra/example"
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/senda-dev/senda/infra/senda"
)

func main() {
	deploy, err := senda.Read("out/deploy")
	if err != nil {
		fmt.Fprintln(os.Stderr, "example:", err)
		os.Exit(1)
	}
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewShop(app, deploy)
	app.Synth(nil)
}

// NewShop is the shop's stack.
func NewShop(app constructs.Construct, deploy *senda.Deploy) {
	shop := awscdk.NewStack(app, jsii.String("Shop"), nil)

	// Data and machinery in one stack, beside what the shop has.
	data := senda.NewData(shop, "Data")
	machinery := senda.NewSenda(shop, "Senda", &senda.Props{Deploy: deploy, Data: data, Salt: "shop", Links: "https://mail.shop.example"})

	// The shop's warehouse keeps what came of journeys.
	ended := awssqs.NewQueue(shop, jsii.String("Ended"), &awssqs.QueueProps{EnforceSSL: jsii.Bool(true)})
	awsevents.NewRule(shop, jsii.String("EndedRule"), &awsevents.RuleProps{
		EventBus:     machinery.Bus,
		EventPattern: &awsevents.EventPattern{DetailType: jsii.Strings("journey.completed")},
		Targets:      &[]awsevents.IRuleTarget{awseventstargets.NewSqsQueue(ended, nil)},
	})
	machinery.Alarms.AddSubscription(awssnssubscriptions.NewEmailSubscription(jsii.String("on-call@shop.example"), nil))
}
