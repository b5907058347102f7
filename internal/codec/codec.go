package codec

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

const (
	// Encoding is the encoding of an encrypted payload, in its metadata.
	Encoding = "binary/encrypted"
	// MetadataKeyID is the metadata of a payload that says which key it was encrypted with.
	MetadataKeyID = "encryption-key-id"
)

// MissingKeyError says that a payload was encrypted with a key that this process does not have.
type MissingKeyError struct {
	ID string
	// Have are the ids of the keys that this process has.
	Have []string
}

// Error says which key is missing and where to add it.
func (e *MissingKeyError) Error() string {
	have := "has none"
	if len(e.Have) > 0 {
		have = "has " + strings.Join(e.Have, ", ")
	}
	return fmt.Sprintf("the payload is encrypted with key %q, and this process %s: add the key to codec.keys in its settings", e.ID, have)
}

// PayloadError says that a payload cannot be decrypted with the key it names: somebody changed it, or two keys share an
// id.
type PayloadError struct {
	ID  string
	Err error
}

// Error names the key by its id.
func (e *PayloadError) Error() string {
	return fmt.Sprintf("the payload cannot be decrypted with key %q: it was changed, or encrypted with another key of that id: %v", e.ID, e.Err)
}

// Unwrap returns the cause.
func (e *PayloadError) Unwrap() error { return e.Err }

// Codec encrypts and decrypts payloads with AES-256-GCM. The encoding and the id of the key are authenticated with each.
type Codec struct {
	first string // id of the key that encrypts; empty: nothing is encrypted
	keys  map[string]cipher.AEAD
}

var _ converter.PayloadCodec = (*Codec)(nil)

// New makes a codec of keys: the first encrypts, all decrypt. Without keys nothing is encrypted, and what is encrypted
// is refused by a *MissingKeyError instead of being taken for damaged. Other errors are *KeyError, joined.
func New(keys []Key) (*Codec, error) {
	c := &Codec{keys: map[string]cipher.AEAD{}}
	var errs []error
	for i, k := range keys {
		aead, err := k.open()
		if _, twice := c.keys[k.ID]; twice {
			err = &KeyError{ID: k.ID, Err: errTwice}
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if i == 0 {
			c.first = k.ID
		}
		c.keys[k.ID] = aead
	}
	return c, errors.Join(errs...)
}

// Encrypts reports whether the codec has a key to encrypt with.
func (c *Codec) Encrypts() bool { return c.first != "" }

// Encode implements converter.PayloadCodec: it encrypts whole payloads, their metadata included.
func (c *Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	if !c.Encrypts() {
		return payloads, nil
	}
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("encode payload: %w", err)
		}
		out[i] = &commonpb.Payload{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(Encoding), MetadataKeyID: []byte(c.first)},
			Data:     c.keys[c.first].Seal(nil, nil, plain, authenticated(c.first)), //nolint:gosec // the cipher makes a random nonce itself
		}
	}
	return out, nil
}

// Decode implements converter.PayloadCodec. Payloads of another encoding pass: they were written before encryption was
// switched on. The error is *MissingKeyError or *PayloadError.
func (c *Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != Encoding {
			out[i] = p
			continue
		}
		var err error
		if out[i], err = c.decrypt(p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *Codec) decrypt(p *commonpb.Payload) (*commonpb.Payload, error) {
	id := string(p.GetMetadata()[MetadataKeyID])
	key, ok := c.keys[id]
	if !ok {
		return nil, &MissingKeyError{ID: id, Have: slices.Sorted(maps.Keys(c.keys))}
	}
	plain, err := key.Open(nil, nil, p.GetData(), authenticated(id))
	if err != nil {
		return nil, &PayloadError{ID: id, Err: err}
	}
	var inner commonpb.Payload
	if err := proto.Unmarshal(plain, &inner); err != nil {
		return nil, &PayloadError{ID: id, Err: err}
	}
	return &inner, nil
}

// authenticated is what must not be changed beside the ciphertext.
func authenticated(id string) []byte { return []byte(Encoding + "\x00" + id) }
