package lambdahost

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	senda "github.com/senda-dev/senda"
)

// describe says of an error what may be kept: code, what was being done, the way
// out, Go types, and the names that AWS gives. No error's text.
func describe(err error) []slog.Attr {
	out := []slog.Attr{slog.String("code", string(senda.CodeOf(err)))}
	put := func(key, value string) {
		if value != "" {
			out = append(out, slog.String(key, value))
		}
	}
	ops, help, types := chain(err)
	put("op", strings.Join(ops, " < "))
	put("help", help)
	put("types", strings.Join(types, " < "))
	var api interface{ ErrorCode() string } // smithy.APIError
	if errors.As(err, &api) {
		put("awsCode", plain(api.ErrorCode(), 64))
	}
	var operation interface { // smithy.OperationError
		error
		Service() string
		Operation() string
	}
	if errors.As(err, &operation) {
		put("awsCall", plain(operation.Service()+"."+operation.Operation(), 64))
	}
	var request interface{ ServiceRequestID() string } // aws/transport/http.ResponseError
	if errors.As(err, &request) {
		put("awsRequest", plain(request.ServiceRequestID(), 80))
	}
	var p *panicked
	if errors.As(err, &p) {
		put("stack", string(p.stack))
	}
	return out
}

// chain walks an error down: the operations of ours, the first way out, the types of
// the others.
func chain(err error) (ops []string, help string, types []string) {
	const most = 24 // deeper says no more
	for range most {
		switch e := err.(type) { //nolint:errorlint // the chain is walked link by link
		case nil:
			return ops, help, types
		case *senda.Error:
			ops = append(ops, e.Op)
			if help == "" {
				help = e.Help
			}
			err = e.Cause
			continue
		case *panicked:
			types = append(types, "panic "+e.kind)
		default:
			types = append(types, fmt.Sprintf("%T", err))
		}
		switch e := err.(type) { //nolint:errorlint // as above
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			err = nil
			if all := e.Unwrap(); len(all) > 0 {
				err = all[0]
			}
		default:
			err = nil
		}
	}
	return ops, help, types
}

// plain is a name or an id as others sent it, cut to what names and ids are made of.
func plain(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-_./:;=", r):
			return r
		}
		return -1
	}, s)
	return s[:min(len(s), most)]
}
