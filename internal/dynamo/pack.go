package dynamo

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// unit is what one write unit pays for, in bytes.
const unit = 1024

// maxUnpacked bounds what a packed record may grow to, in bytes.
const maxUnpacked = 16 << 20

var writers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is one that the package knows
	}
	return w
}}

// pack is the record as it is stored, beside so many bytes of other attributes:
// text that a person can read in a console, or, where that pays fewer units, the
// same text deflated. The record of a step with all its guards, or an entry that
// has heard much, is then one unit instead of two.
func pack(body []byte, beside int) (types.AttributeValue, error) {
	beside += len(layout.Record) + len(layout.Version) + versionSize
	if beside+len(body) <= unit {
		return text(string(body)), nil
	}
	var b bytes.Buffer
	w := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if units(beside+b.Len()) < units(beside+len(body)) {
		return &types.AttributeValueMemberB{Value: b.Bytes()}, nil
	}
	return text(string(body)), nil
}

// unpack is the JSON text of a record.
func unpack(v types.AttributeValue) ([]byte, error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return []byte(v.Value), nil
	case *types.AttributeValueMemberB:
		body, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(v.Value)), maxUnpacked+1))
		if err == nil && len(body) > maxUnpacked {
			err = errors.New("it unpacks to more than 16 MB")
		}
		return body, err
	}
	return nil, errors.New("the item holds no record")
}

// same says whether two packed records are the same to the byte.
func same(a, b types.AttributeValue) bool {
	x, err := unpack(a)
	if err != nil {
		return false
	}
	y, err := unpack(b)
	return err == nil && bytes.Equal(x, y)
}

func units(size int) int { return (size + unit - 1) / unit }

// versionSize is the size of a version: 19 digits, two in a byte, and one byte.
const versionSize = 11

// sizeOf is the size of an item as DynamoDB counts it, in bytes: names and values.
func sizeOf(item attributes) int {
	n := 0
	for name, v := range item {
		n += len(name)
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			n += len(v.Value)
		case *types.AttributeValueMemberB:
			n += len(v.Value)
		case *types.AttributeValueMemberN:
			n += len(v.Value)/2 + 2
		}
	}
	return n
}
