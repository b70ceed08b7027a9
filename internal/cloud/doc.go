// Package cloud makes the functions of a deployment: the use cases that a house runs
// in one process, each behind the handler of one Lambda function.
//
// It reads the environment, in one place and nowhere else ([Config]), and knows no
// service: a main in functions gives it the adapters that its function calls
// ([Ports]), so that no binary holds a client that it does not use. What a function
// stands on is opened at its first invocation, once; the secret is read again every
// ten minutes, so that new keys hold without a deployment.
//
//	func main() {
//		lambdahost.Run("facts", cloud.Open(cloud.Facts, func(c *cloud.Config, p *cloud.Ports) {
//			p.Store = dynamo.New(c.AWS(), dynamo.Tables{Main: c.Table()})
//			p.Bundles = s3.New(c.AWS(), c.Bundles())
//			p.Bus = eventbridge.New(c.AWS(), c.Bus())
//		}))
//	}
//
// Every function may be called again at any time, with what it did before, in part
// or in whole: that is harmless everywhere, since what it does is stored under names
// that follow from what it was asked.
package cloud
