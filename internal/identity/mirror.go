package identity

import senda "github.com/senda-dev/senda"

// The attributes that are fields of senda.Person too, since delivery needs them.
const (
	AttributeEmail   = "email"
	AttributeLocale  = "locale"
	AttributeZone    = "zone"
	AttributePostal  = "postal-code"
	AttributeCountry = "country"
)

// Mirrored is the person with those fields as the attributes have them. A field
// whose attribute no event has taught stays as it is; one that was forgotten
// (null) is empty.
func Mirrored(p senda.Person) senda.Person {
	mirror := func(name string, field *string) {
		if a, ok := p.Attributes[name]; ok {
			*field = a.Value.Str()
		}
	}
	mirror(AttributeEmail, &p.Address)
	mirror(AttributeLocale, &p.Locale)
	mirror(AttributeZone, &p.Zone)
	mirror(AttributePostal, &p.PostalCode)
	mirror(AttributeCountry, &p.Country)
	return p
}
