// Command feedback takes in what the mail service tells of messages.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/s3"
	"github.com/senda-dev/senda/internal/secretsmanager"
)

func main() {
	lambdahost.Run("feedback", cloud.Open(cloud.Feedback, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table(), Proofs: c.Proofs()})
		p.Bundles = s3.New(c.AWS(), c.Bundles())
		p.Secret = secretsmanager.New(c.AWS(), c.Secret()).Text
		p.Bus = eventbridge.New(c.AWS(), c.Bus())
	}))
}
