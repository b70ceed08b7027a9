package intake

import (
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/money"
)

// examine says why an event can never be taken in, whoever it is about.
func (in *Intake) examine(e senda.Event, c *Contract) error {
	if len(e.Identifiers) == 0 {
		return refuse(Nobody, "it names no person")
	}
	if len(e.Identifiers) > identity.MaxIdentifiers {
		return refuse(Malformed, "it names its person in more than %d ways", identity.MaxIdentifiers)
	}
	if address, ok := e.Identifiers[identity.Email]; ok && !identity.ValidAddress(address) {
		return refuse(BadAddress, "its identifier \"email\" is no address of mail")
	}
	for _, l := range c.Teaches {
		if v := at(e.Data, l.Value); l.Attribute == identity.AttributeEmail && v.Kind() == jsonata.KindString && !identity.ValidAddress(v.Str()) {
			return refuse(BadAddress, "the address that it teaches is no address of mail")
		}
	}
	if c.Amounts != nil {
		for a := range c.Amounts(e.Data) {
			if err := in.amount(a, c.brand(e.Data)); err != nil {
				return err
			}
		}
	}
	if c.Check != nil {
		if what := c.Check(e.Data); what != "" {
			return refuse(Breach, "%s", what)
		}
	}
	return nil
}

// amount is asked before the contract is, so that the commonest mistakes with
// money have reasons of their own.
func (in *Intake) amount(a Amount, brand string) error {
	if a.Value.Kind() != jsonata.KindNumber {
		return nil // the contract says whether it may be missing
	}
	if a.Value.Num() < 0 && !a.Signed {
		return refuse(NegativeAmount, "an amount is below zero; what is paid back is an event of its own")
	}
	currency := money.Currency(a.Currency.Str())
	if !in.Currency(brand, currency) {
		return refuse(UnknownCurrency, "the brand's family does not know the currency")
	}
	if _, err := money.Minor(a.Value.String(), currency); err != nil {
		return refuse(Breach, "an amount has more decimals than its currency, or is too large")
	}
	return nil
}
