package interp

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// What SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat of AWS answer
// when they refuse
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html).
var (
	// ErrTaskTimedOut: the task was there and is closed: answered, timed out, or
	// its execution has ended.
	ErrTaskTimedOut = errors.New("TaskTimedOut: the task has been closed")
	// ErrTaskDoesNotExist: the token was never given out.
	ErrTaskDoesNotExist = errors.New("TaskDoesNotExist: there is no such task")
	// ErrInvalidToken: the token is not one of this execution.
	ErrInvalidToken = errors.New("InvalidToken: the token is not valid")
	// ErrInvalidOutput: the output is no data or larger than 256 KiB.
	ErrInvalidOutput = errors.New("InvalidOutput: the output is not valid")
)

// token derives a task's token: its number and attempt, by which it is found,
// and a hash over both and the execution, by which it is known.
func token(execution string, id TaskID, attempt int) string {
	sum := tokenHash(execution, id, attempt)
	b := make([]byte, 0, 48)
	b = strconv.AppendUint(b, uint64(id), 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, int64(attempt), 10)
	b = append(b, '-')
	b = hex.AppendEncode(b, sum[:16])
	return string(b)
}

func tokenHash(execution string, id TaskID, attempt int) [sha256.Size]byte {
	var space [256]byte
	b := binary.BigEndian.AppendUint32(space[:0], uint32(len(execution)))
	b = append(b, execution...)
	b = binary.BigEndian.AppendUint32(b, uint32(id))
	b = binary.BigEndian.AppendUint32(b, uint32(attempt))
	return sha256.Sum256(b)
}

// TaskOf finds the open task of a token.
func (r *Run) TaskOf(tok string) (TaskID, error) {
	number, rest, _ := strings.Cut(tok, "-")
	id, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return 0, ErrInvalidToken
	}
	text, _, _ := strings.Cut(rest, "-")
	attempt, err := strconv.ParseUint(text, 10, 31)
	if err != nil || token(r.exec.ID, TaskID(id), int(attempt)) != tok {
		return 0, ErrInvalidToken
	}
	if TaskID(id) > r.tasks {
		return 0, ErrTaskDoesNotExist
	}
	if r.pending(TaskID(id)) == nil {
		return 0, ErrTaskTimedOut
	}
	return TaskID(id), nil
}

// pending finds the thread that waits for a task.
func (r *Run) pending(id TaskID) *thread {
	for _, t := range r.live {
		if t.phase == phaseTask && t.call.id == id && !t.call.settled {
			return t
		}
	}
	return nil
}

// Answer gives the result of a pending task; the next Advance goes on with it.
// For a function that the state calls, v is what the function returned; for a
// callback it is the result of the task. It returns ErrTaskTimedOut when the
// task is closed, ErrTaskDoesNotExist when it never was and ErrInvalidOutput
// when v is no data or too large. Time-outs are Advance's: an answer before the
// Advance that reaches the deadline still counts.
func (r *Run) Answer(id TaskID, v jsonata.Value) error {
	if v.Kind() == jsonata.KindNothing || !isData(v) || !fits(v) {
		return ErrInvalidOutput
	}
	return r.settleOpen(id, func(t *thread) {
		r.settle(t, call{result: v, finished: t.state.resource.callback})
	})
}

// Fail gives the error of a pending task; errors as for Answer.
func (r *Run) Fail(id TaskID, name, cause string) error {
	return r.settleOpen(id, func(t *thread) {
		r.settle(t, call{failed: true, name: name, cause: cause})
	})
}

func (r *Run) settleOpen(id TaskID, settle func(*thread)) error {
	t, err := r.open(id)
	if err != nil {
		return err
	}
	settle(t)
	t.phase = phaseAnswered
	if t != r.current {
		r.ready.push(t)
	}
	return nil
}

// Heartbeat says at now that a task is still being worked on; errors as for
// Answer. A task without HeartbeatSeconds takes it too.
func (r *Run) Heartbeat(id TaskID, now time.Time) error {
	t, err := r.open(id)
	if err != nil {
		return err
	}
	if t.call.heartbeat > 0 {
		t.call.silence = now.Add(t.call.heartbeat)
	}
	return nil
}

func (r *Run) open(id TaskID) (*thread, error) {
	if id == 0 || id > r.tasks {
		return nil, ErrTaskDoesNotExist
	}
	t := r.pending(id)
	if t == nil {
		return nil, ErrTaskTimedOut
	}
	return t, nil
}

// SendTaskSuccess is Answer by token.
func (r *Run) SendTaskSuccess(tok string, output jsonata.Value) error {
	id, err := r.TaskOf(tok)
	if err != nil {
		return err
	}
	return r.Answer(id, output)
}

// SendTaskFailure is Fail by token.
func (r *Run) SendTaskFailure(tok, name, cause string) error {
	id, err := r.TaskOf(tok)
	if err != nil {
		return err
	}
	return r.Fail(id, name, cause)
}

// SendTaskHeartbeat is Heartbeat by token.
func (r *Run) SendTaskHeartbeat(tok string, now time.Time) error {
	id, err := r.TaskOf(tok)
	if err != nil {
		return err
	}
	return r.Heartbeat(id, now)
}
