package sqlite

import (
	"encoding/json"
	"fmt"

	senda "github.com/senda-dev/senda"
)

// decoders is the closed set of what is kept, by kind.
var decoders = map[senda.Kind]func([]byte) (senda.Record, error){
	senda.KindPerson:      decode[senda.Person],
	senda.KindIdentity:    decode[senda.Identity],
	senda.KindHappening:   decode[senda.Happening],
	senda.KindSeen:        decode[senda.Seen],
	senda.KindQuarantined: decode[senda.Quarantined],
	senda.KindConsent:     decode[senda.ConsentHead],
	senda.KindProof:       decode[senda.Proof],
	senda.KindSuppression: decode[senda.Suppression],
	senda.KindEntry:       decode[senda.Entry],
	senda.KindStep:        decode[senda.StepRecord],
	senda.KindClaim:       decode[senda.Claim],
	senda.KindCaps:        decode[senda.CapLedger],
	senda.KindDecision:    decode[senda.Decision],
	senda.KindCounter:     decode[senda.Counter],
	senda.KindPosterior:   decode[senda.Posterior],
	senda.KindExecution:   decode[senda.Execution],
	senda.KindAudience:    decode[senda.Membership],
	senda.KindDeployment:  decode[senda.Deployment],
	senda.KindRelease:     decode[senda.Release],
}

func decode[T senda.Record](text []byte) (senda.Record, error) {
	var r T
	err := json.Unmarshal(text, &r)
	return r, err
}

// record reads what encode wrote. A kind that is not known was written by a
// later version.
func record(k senda.Kind, text []byte) (senda.Record, error) {
	d, ok := decoders[k]
	if !ok {
		return nil, senda.Errorf(senda.Internal, "read a record", "no record is of kind %d", k).
			WithHelp("the file was written by a later version of senda")
	}
	r, err := d(text)
	return r, senda.Wrap(senda.Internal, fmt.Sprintf("read a record of kind %d", k), err)
}

func encode(r senda.Record) ([]byte, error) {
	text, err := json.Marshal(r)
	return text, senda.Wrap(senda.Internal, "write a record", err)
}
