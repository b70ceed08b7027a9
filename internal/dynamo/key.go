package dynamo

import (
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// kinds names the kinds in keys. A name never changes: it is in the tables, and
// policies may grant access by it (dynamodb:LeadingKeys). None holds a "#".
var kinds = map[senda.Kind]string{
	senda.KindPerson:      "person",
	senda.KindIdentity:    "identity",
	senda.KindHappening:   "happening",
	senda.KindSeen:        "seen",
	senda.KindQuarantined: "quarantined",
	senda.KindConsent:     "consent",
	senda.KindProof:       "proof",
	senda.KindSuppression: "suppression",
	senda.KindEntry:       "entry",
	senda.KindStep:        "step",
	senda.KindClaim:       "claim",
	senda.KindCaps:        "caps",
	senda.KindDecision:    "decision",
	senda.KindCounter:     "counter",
	senda.KindPosterior:   "posterior",
	senda.KindExecution:   "execution",
	senda.KindAudience:    "audience",
	senda.KindDeployment:  "deployment",
	senda.KindRelease:     "release",
}

var kindsByName = func() map[string]senda.Kind {
	m := make(map[string]senda.Kind, len(kinds))
	for k, name := range kinds {
		m[name] = k
	}
	return m
}()

// The greatest keys that DynamoDB takes, in bytes.
const (
	maxPartition = 2048
	maxSort      = 1024
)

// mark stands between kind and part, and before every sort: a key may not be
// empty. edge is the character after it, behind every sort.
const (
	mark = "#"
	edge = "$"
)

// spread are the kinds of which one part holds a great many records that are
// written at once and never read as a range: the events of one source, the
// identifiers of one sort. One partition key takes 1,000 write units a second, so
// each of their parts is spread over layout.Shards of them.
var spread = map[senda.Kind]bool{senda.KindSeen: true, senda.KindIdentity: true}

// address is where a record stands: a primary key.
type address struct{ table, pk, sk string }

func (a address) key() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{layout.Partition: text(a.pk), layout.Sort: text(a.sk)}
}

// address places a key. ok is false for one under which nothing can stand:
// DynamoDB orders and compares UTF-8, and takes no other text.
func (s *Store) address(k senda.Key) (a address, ok bool) {
	name, ok := kinds[k.Kind]
	a = address{table: s.table(k.Kind), pk: name + mark + k.Part, sk: mark + k.Sort}
	if spread[k.Kind] {
		a.pk = shardOf(a.pk, int(senda.Hash64(k.Sort)%layout.Shards))
	}
	ok = ok && len(a.pk) <= maxPartition && len(a.sk) <= maxSort && utf8.ValidString(a.pk) && utf8.ValidString(a.sk)
	return a, ok
}

// kindAt is the kind whose records stand under a partition key.
func kindAt(pk string) senda.Kind {
	name, _, _ := strings.Cut(pk, mark)
	return kindsByName[name]
}

// next is the first text behind t.
func next(t string) string { return t + "\x00" }

// end is the first text behind all that begin with t, which begins with mark.
func end(t string) string {
	for t != "" {
		r, n := utf8.DecodeLastRuneInString(t)
		t = t[:len(t)-n]
		switch {
		case r == 0xd7ff: // surrogates are no characters
			return t + "\ue000"
		case r < utf8.MaxRune:
			return t + string(r+1)
		}
	}
	return edge
}

// indexNames names the indexes that share Places. IndexMessages has one of its own.
var indexNames = map[senda.Index]string{
	senda.IndexUnstarted:  "unstarted",
	senda.IndexOpenClaims: "open-claims",
	senda.IndexPeople:     "people",
	senda.IndexExecutions: "executions",
	senda.IndexUndone:     "undone",
}

// shardOf is one of the partitions over which a part is spread. Every partition
// of a part that is spread ends so, and none of another does in the index.
func shardOf(part string, shard int) string {
	return part + "/" + string("0123456789abcdef"[shard])
}

// placePart is the partition of a place in Places: the index and its part, or
// the index and the shard of the record where the index is not in parts.
func placePart(k senda.IndexKey, a address) string {
	if k.Part != "" {
		return indexNames[k.Index] + mark + k.Part
	}
	return shardOf(indexNames[k.Index], int(senda.Hash64(a.pk, a.sk)%layout.Shards))
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
