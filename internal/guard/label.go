package guard

import senda "github.com/senda-dev/senda"

// Label says in words what a guard demands of a mail of a brand's purpose.
func Label(g senda.Guard, brand, purpose string) string {
	switch g {
	case senda.GuardErased:
		return "not erased"
	case senda.GuardDead:
		return "address usable"
	case senda.GuardComplained:
		return "no complaint"
	case senda.GuardExcluded:
		return "on no exclusion list"
	case senda.GuardWithdrawn:
		return "not withdrawn"
	case senda.GuardBasis:
		return "basis for " + brand + "/" + purpose
	case senda.GuardSunset:
		return "sign of life"
	case senda.GuardCare:
		return "care not open"
	case senda.GuardArm:
		return "treated, not held out"
	case senda.GuardStopped:
		return "journey not stopped, entry active"
	case senda.GuardExpired:
		return "not expired"
	case senda.GuardCap:
		return "caps of the family"
	case senda.GuardQuiet:
		return "quiet hours"
	}
	return string(g)
}

// Owner says who can change what a guard refused: the person alone, the team that
// writes journeys, or those who keep brands.yaml.
func Owner(g senda.Guard) string {
	switch g {
	case senda.GuardErased, senda.GuardComplained, senda.GuardWithdrawn, senda.GuardBasis, senda.GuardSunset:
		return "the person"
	case senda.GuardDead, senda.GuardExcluded:
		return "the person, with a new address or age"
	case senda.GuardCare:
		return "customer care, by closing the case"
	case senda.GuardArm, senda.GuardStopped, senda.GuardExpired:
		return "the team of the journey"
	case senda.GuardCap, senda.GuardQuiet:
		return "the brand family, in brands.yaml"
	}
	return "an engineer"
}
