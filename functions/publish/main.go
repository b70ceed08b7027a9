// Command publish publishes a journey that is deployed.
package main

import (
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/s3"
)

func main() {
	lambdahost.Run("publish", lambdahost.Resource(cloud.Open(cloud.Publish, func(c *cloud.Config, p *cloud.Ports) {
		p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
		p.Shelf = s3.New(c.AWS(), c.Bundles())
		p.File = s3.NewFiles(c.AWS()).Read
	})))
}
