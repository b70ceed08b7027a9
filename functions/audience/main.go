// Command audience starts the runs of audiences that are due.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/s3"
	"github.com/senda-dev/senda/internal/sqs"
)

func main() {
	lambdahost.Run("audience", cloud.Open(cloud.Audience, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
		p.Bundles = s3.New(c.AWS(), c.Bundles())
		p.Pages = sqs.New(c.AWS(), c.Pages())
	}))
}
