// Command facts reads attributes and facts for a machine.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/s3"
)

func main() {
	lambdahost.Run("facts", cloud.Open(cloud.Facts, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
		p.Bundles = s3.New(c.AWS(), c.Bundles())
		p.Bus = eventbridge.New(c.AWS(), c.Bus())
	}))
}
