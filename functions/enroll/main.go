// Command enroll takes in a page of an audience.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/s3"
	"github.com/senda-dev/senda/internal/sfn"
	"github.com/senda-dev/senda/internal/sqs"
)

func main() {
	lambdahost.Run("enroll", cloud.Open(cloud.Enroll, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
		p.Bundles = s3.New(c.AWS(), c.Bundles())
		p.Machines = sfn.New(c.AWS(), p.Machine)
		p.Pages = sqs.New(c.AWS(), c.Pages())
	}))
}
