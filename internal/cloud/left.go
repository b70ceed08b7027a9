package cloud

import (
	"context"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/update"
)

// left publishes that a person has left a journey. The event has the name of the entry's
// execution and says what the entry keeps from its end on, so that it is the same one
// however often it is told.
func (g *Ground) left(ctx context.Context, e senda.Entry) error {
	text := func(k, v string) jsonata.Member { return jsonata.Member{Key: k, Value: jsonata.String(v)} }
	return g.Bus.Emit(ctx, senda.Event{
		Source: update.Source, ID: e.ID.Execution(e.Person) + "/completed", Kind: "journey.completed", Time: e.LeftAt.UTC(),
		Identifiers: map[string]string{identity.Self: string(e.Person)},
		Data:        jsonata.Object(text("journey", e.Journey), text("entry", string(e.ID)), text("reason", e.Reason)),
	})
}
