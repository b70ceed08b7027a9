// Command pause registers pauses and ends entries for a machine.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/s3"
	"github.com/senda-dev/senda/internal/sfn"
)

func main() {
	lambdahost.Run("pause", cloud.Open(cloud.Pause, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
		p.Bundles = s3.New(c.AWS(), c.Bundles())
		p.Machines = sfn.New(c.AWS(), p.Machine)
		p.Bus = eventbridge.New(c.AWS(), c.Bus())
	}))
}
