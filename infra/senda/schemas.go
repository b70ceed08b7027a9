package senda

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awseventschemas"
	"github.com/aws/constructs-go/constructs/v10"
)

// newSchemas publishes the contract of each kind of event, for those who write to the bus
// or read it. A schema is called after its kind: the name is the contract.
func newSchemas(scope constructs.Construct, d *Deploy) {
	self := constructs.NewConstruct(scope, text("Contracts"))
	registry := awseventschemas.NewCfnRegistry(self, text("Registry"), &awseventschemas.CfnRegistryProps{
		Description: text("The events that Senda takes and emits."),
	})
	for _, s := range d.Schemas {
		awseventschemas.NewCfnSchema(self, idOf(s.Kind), &awseventschemas.CfnSchemaProps{
			RegistryName: registry.AttrRegistryName(), SchemaName: text(s.Kind), Type: text("JSONSchemaDraft4"), Content: text(s.content),
			Description: text(fmt.Sprintf("%s (version %d)", s.Title, s.Version)),
		})
	}
}
