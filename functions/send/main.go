// Command send sends a mail for a machine.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/s3"
	"github.com/senda-dev/senda/internal/secretsmanager"
	"github.com/senda-dev/senda/internal/ses"
)

func main() {
	lambdahost.Run("send", cloud.Open(cloud.Send, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
		p.Bundles = s3.New(c.AWS(), c.Bundles())
		p.Secret = secretsmanager.New(c.AWS(), c.Secret()).Text
		p.Bus = eventbridge.New(c.AWS(), c.Bus())
		p.Mailer = ses.New(c.AWS(), c.Senders())
	}))
}
