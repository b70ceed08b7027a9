// Command prune drops proofs whose time has passed.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/lambdahost"
)

func main() {
	lambdahost.Run("prune", cloud.Open(cloud.Prune, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
		p.Proofs = dynamo.NewProofs(c.AWS(), c.Proofs())
	}))
}
