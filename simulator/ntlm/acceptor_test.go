package ntlm

import (
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	azure "github.com/Azure/go-ntlmssp"
	"github.com/bodgit/ntlmssp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func newAcceptor() *Acceptor {
	return &Acceptor{
		Computer: "APP01", Domain: "CONTOSO", Timestamp: true, Version: Version{Major: 6, Minor: 1, Build: 7601},
		Password: func(domain, user string) (string, bool) {
			if domain == "CONTOSO" && strings.EqualFold(user, "sp-setup") {
				return "päss word", true
			}
			return "", false
		},
	}
}

func newClient(t require.TestingT, domain, user, password string) *ntlmssp.Client {
	c, err := ntlmssp.NewClient(ntlmssp.SetUserInfo(user, password), ntlmssp.SetDomain(domain), ntlmssp.SetVersion(ntlmssp.DefaultVersion()))
	require.NoError(t, err)
	return c
}

// logon plays one whole conversation with the client library.
func logon(t require.TestingT, a *Acceptor, client *ntlmssp.Client) (*Conversation, Identity, error) {
	type1, err := client.Authenticate(nil, nil)
	require.NoError(t, err)
	conversation, type2, err := a.Begin(type1)
	require.NoError(t, err)
	type3, err := client.Authenticate(type2, nil)
	require.NoError(t, err)
	id, err := conversation.Finish(type3)
	return conversation, id, err
}

func TestLogon(t *testing.T) {
	for _, tc := range []struct {
		name                   string
		domain, user, password string
		old                    bool // no timestamp, as Server 2003
		want, refused          string
	}{
		{name: "domain account", domain: "CONTOSO", user: "sp-setup", password: "päss word", want: `CONTOSO\sp-setup`},
		{name: "without timestamp", domain: "CONTOSO", user: "sp-setup", password: "päss word", old: true, want: `CONTOSO\sp-setup`},
		{name: "case does not matter", domain: "contoso", user: "SP-Setup", password: "päss word", want: `CONTOSO\SP-Setup`},
		{name: "no domain named", user: "sp-setup", password: "päss word", want: `CONTOSO\sp-setup`},
		{name: "wrong password", domain: "CONTOSO", user: "sp-setup", password: "Päss word", refused: "wrong password"},
		{name: "unknown user", domain: "CONTOSO", user: "nobody", password: "päss word", refused: "unknown account"},
		{name: "unknown domain", domain: "FABRIKAM", user: "sp-setup", password: "päss word", refused: "unknown account"},
		{name: "anonymous", refused: "anonymous"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := newAcceptor()
			a.Timestamp = !tc.old
			conversation, id, err := logon(t, a, newClient(t, tc.domain, tc.user, tc.password))
			if tc.refused != "" {
				var refused *RefusedError
				require.ErrorIs(t, err, ErrRefused)
				require.ErrorAs(t, err, &refused)
				require.Equal(t, tc.user, refused.User)
				require.Contains(t, refused.Reason, tc.refused)
				require.NotContains(t, err.Error(), "word\x00")
				require.Nil(t, conversation.Session())
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.want, id.String())
			require.NotNil(t, conversation.Session())
			require.Nil(t, conversation.Completion())
		})
	}
}

// A client without key exchange, sealing or an integrity code.
func TestLogonByAzureClient(t *testing.T) {
	a := newAcceptor()
	type1, err := azure.NewNegotiateMessage("CONTOSO", "WORKER")
	require.NoError(t, err)
	conversation, type2, err := a.Begin(type1)
	require.NoError(t, err)
	type3, err := azure.ProcessChallenge(type2, "sp-setup", "päss word", true)
	require.NoError(t, err)
	id, err := conversation.Finish(type3)
	require.NoError(t, err)
	require.Equal(t, `CONTOSO\sp-setup`, id.String())
	require.Nil(t, conversation.Session())
}

// Python's ntlm-auth offers the OEM character set alone and takes over the flags of the challenge.
func TestClientWithoutUnicode(t *testing.T) {
	client := newClient(t, "CONTOSO", "sp-setup", "päss word")
	type1, err := client.Authenticate(nil, nil)
	require.NoError(t, err)
	type1[12] = type1[12]&^byte(unicode) | byte(oem)
	conversation, type2, err := newAcceptor().Begin(type1)
	require.NoError(t, err)
	require.Equal(t, oem, flags(binary.LittleEndian.Uint32(type2[20:]))&(unicode|oem))
	require.Equal(t, "CONTOSO", string(type2[challengeHeader:challengeHeader+7]))

	key := ntowfv2("päss word", "sp-setup", "CONTOSO")
	blob := make([]byte, 28+4)
	response := append(hmacMD5(key, conversation.nonce[:], blob), blob...)
	type3 := binary.LittleEndian.AppendUint32([]byte("NTLMSSP\x00"), typeAuthenticate)
	payload := ""
	for _, field := range []string{"", string(response), "CONTOSO", "sp-setup", "", ""} {
		type3 = binary.LittleEndian.AppendUint16(type3, uint16(len(field)))
		type3 = binary.LittleEndian.AppendUint16(type3, uint16(len(field)))
		type3 = binary.LittleEndian.AppendUint32(type3, uint32(authenticateHeader+len(payload)))
		payload += field
	}
	type3 = binary.LittleEndian.AppendUint32(type3, uint32(oem))
	id, err := conversation.Finish(append(type3, payload...))
	require.NoError(t, err)
	require.Equal(t, `CONTOSO\sp-setup`, id.String())
}

func TestWorkgroupAnswersForItself(t *testing.T) {
	a := &Acceptor{Computer: "APP01", Password: func(domain, user string) (string, bool) { return "x", domain == "APP01" }}
	_, id, err := logon(t, a, newClient(t, "", "Administrator", "x"))
	require.NoError(t, err)
	require.Equal(t, `APP01\Administrator`, id.String())
}

func TestChangedMessageFailsTheIntegrityCode(t *testing.T) {
	client := newClient(t, "CONTOSO", "sp-setup", "päss word")
	type1, err := client.Authenticate(nil, nil)
	require.NoError(t, err)
	conversation, type2, err := newAcceptor().Begin(type1)
	require.NoError(t, err)
	type3, err := client.Authenticate(type2, nil)
	require.NoError(t, err)
	type3[60] ^= 0x10 // take the sign flag away, which the proof does not cover
	_, err = conversation.Finish(type3)
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorContains(t, err, "integrity code")
}

func TestSPNEGO(t *testing.T) {
	client := newClient(t, "CONTOSO", "sp-setup", "päss word")
	type1, err := client.Authenticate(nil, nil)
	require.NoError(t, err)
	inner := struct {
		MechTypes []asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
		MechToken []byte                  `asn1:"explicit,tag:2"`
	}{[]asn1.ObjectIdentifier{oidNTLM}, type1}
	body := append(der(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 2}), der(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der(inner)})...)
	conversation, reply, err := newAcceptor().Begin(der(asn1.RawValue{Class: asn1.ClassApplication, Tag: 0, IsCompound: true, Bytes: body}))
	require.NoError(t, err)

	var resp negTokenResp
	_, err = asn1.UnmarshalWithParams(reply, &resp, "explicit,tag:1")
	require.NoError(t, err)
	require.Equal(t, acceptIncomplete, resp.State)
	require.True(t, resp.SupportedMech.Equal(oidNTLM))
	type3, err := client.Authenticate(resp.ResponseToken, nil)
	require.NoError(t, err)
	wrapped := der(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true,
		Bytes: der([]asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 2, IsCompound: true, Bytes: der(type3)}})})
	id, err := conversation.Finish(wrapped)
	require.NoError(t, err)
	require.Equal(t, `CONTOSO\sp-setup`, id.String())
	require.Equal(t, "a1073005a0030a0100", hex.EncodeToString(conversation.Completion()))
}

// Whatever is said in whatever order, both ends of a session understand each other.
func TestSessionCarriesAnyConversation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		client := newClient(t, "CONTOSO", "sp-setup", "päss word")
		conversation, _, err := logon(t, newAcceptor(), client)
		require.NoError(t, err)
		server := conversation.Session()
		for range rapid.IntRange(1, 8).Draw(t, "messages") {
			message := rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "message")
			if rapid.Bool().Draw(t, "from server") {
				sealed, sig := server.Seal(message)
				plain, err := client.SecuritySession().Unwrap(sealed, sig)
				require.NoError(t, err)
				require.Equal(t, message, plain)
				continue
			}
			sealed, sig, err := client.SecuritySession().Wrap(message)
			require.NoError(t, err)
			plain, err := server.Unseal(sealed, sig)
			require.NoError(t, err)
			require.Equal(t, message, plain)
		}
	})
}

func TestTamperedMessageIsRefused(t *testing.T) {
	client := newClient(t, "CONTOSO", "sp-setup", "päss word")
	conversation, _, err := logon(t, newAcceptor(), client)
	require.NoError(t, err)
	sealed, sig, err := client.SecuritySession().Wrap([]byte("net stop w3svc"))
	require.NoError(t, err)
	sealed[3] ^= 1
	_, err = conversation.Session().Unseal(sealed, sig)
	require.ErrorIs(t, err, ErrTampered)
	_, err = conversation.Session().Unseal(sealed, sig[:4])
	require.ErrorIs(t, err, ErrTampered)
}

// The worked example of MS-NLMP 4.2.4: hash, keys, and one sealed message.
func TestSpecificationExample(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		require.NoError(t, err)
		return b
	}
	require.Equal(t, unhex("0c868a403bfd7a93a3001ef22ef02e3f"), ntowfv2("Password", "User", "Domain"))

	s := newSession(seal|sign|extendedSecurity|key128|key56|keyExchange, []byte(strings.Repeat("U", 16)))
	require.Equal(t, unhex("4788dc861b4782f35d43fd98fe1a2d39"), s.in.signingKey)
	plain, err := s.Unseal(unhex("54e50165bf1936dc996020c1811b0f06fb5f"), unhex("010000007fb38ec5c55d497600000000"))
	require.NoError(t, err)
	require.Equal(t, "Plaintext", fromUTF16le(plain))
}
