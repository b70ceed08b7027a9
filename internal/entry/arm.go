package entry

import senda "github.com/senda-dev/senda"

// The assignments below are hashes of names, so that anybody can check them and
// none is ever computed differently. The salt is the family's and comes first.
// testdata/assignments.json holds the published vectors.

// HoldoutHash is the number in [0, 1) that decides a journey's hold-out of a person.
func HoldoutHash(salt, journey string, p senda.PersonID) float64 {
	return senda.Bucket(senda.Hash64(salt, journey, "holdout", string(p)))
}

// ControlHash is the number in [0, 1) that decides a family's control group of an epoch.
func ControlHash(salt, family, epoch string, p senda.PersonID) float64 {
	return senda.Bucket(senda.Hash64(salt, family, epoch, string(p)))
}

// SplitHash is the number in [0, 1) that decides a person's way at a split.
// No split may be named "holdout", or it would follow the hold-out.
func SplitHash(salt, journey, split string, p senda.PersonID) float64 {
	return senda.Bucket(senda.Hash64(salt, journey, split, string(p)))
}

// ArmOf is the arm that two hashes and the shares in [0, 1] make. The family's
// control group comes first. Raising a share keeps everyone who was held out.
func ArmOf(holdoutHash, holdout, controlHash, control float64) senda.Arm {
	switch {
	case controlHash < control:
		return senda.Control
	case holdoutHash < holdout:
		return senda.HeldOut
	}
	return senda.Treated
}

// WayOf is the place of the way that a hash takes, for shares in hundredths of
// a percent that make 10,000 together.
func WayOf(hash float64, shares []int) int {
	sum := 0
	for i, s := range shares {
		sum += s
		if hash < float64(sum)/10000 {
			return i
		}
	}
	return len(shares) - 1
}
