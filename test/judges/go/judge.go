// Judges transparency logs with golang.org/x/mod/sumdb/note and tlog, which know nothing of this product. One question a
// line on standard input, as JSON; one line for each on standard output: "accepted …" or "refused: …".
//
//	{"kind":"proof","log":VKEY,"witnesses":[VKEY],"entry":"…","proof":"…"}
//	{"kind":"growth","log":VKEY,"old":"…","new":"…","path":["base64"]}
//	{"kind":"whole","log":VKEY,"url":"http://…/log"}
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Kind      string   `json:"kind"`
	Log       string   `json:"log"`
	Witnesses []string `json:"witnesses"`
	Entry     string   `json:"entry"`
	Proof     string   `json:"proof"`
	Old       string   `json:"old"`
	New       string   `json:"new"`
	Path      []string `json:"path"`
	URL       string   `json:"url"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			fmt.Println("refused: no question:", err)
			continue
		}
		if said, err := judge(q); err != nil {
			fmt.Println("refused:", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("accepted", said)
		}
	}
}

func judge(q question) (string, error) {
	known, err := verifiers(q.Log, q.Witnesses)
	if err != nil {
		return "", err
	}
	switch q.Kind {
	case "proof":
		return judgeProof(q, known)
	case "growth":
		return judgeGrowth(q, known)
	case "whole":
		return judgeWhole(q.URL, known)
	}
	return "", errors.New("no such kind of question")
}

// --- notes -----------------------------------------------------------------------------------------------------------

func verifiers(log string, witnesses []string) (note.Verifiers, error) {
	of, err := note.NewVerifier(log)
	if err != nil {
		return nil, err
	}
	list := []note.Verifier{of}
	for _, vkey := range witnesses {
		w, err := newWitness(vkey)
		if err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return note.VerifierList(list...), nil
}

// witness checks cosignatures (c2sp.org/tlog-cosignature), which the package note leaves to others.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.Split(vkey, "+")
	if len(parts) < 3 {
		return nil, errors.New("no verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(strings.Join(parts[2:], "+"))
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not the key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	return &witness{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	said := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(said), sig[8:])
}

type checkpoint struct {
	tlog.Tree
	signers []string
}

func openCheckpoint(text []byte, known note.Verifiers) (*checkpoint, error) {
	n, err := note.Open(text, known)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return nil, errors.New("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return nil, errors.New("no size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, err
	}
	signers := make([]string, len(n.Sigs))
	for i, sig := range n.Sigs {
		signers[i] = sig.Name
	}
	if signers[0] != lines[0] {
		return nil, errors.New("the log has not signed")
	}
	return &checkpoint{tlog.Tree{N: size, Hash: root}, signers}, nil
}

// --- proofs ----------------------------------------------------------------------------------------------------------

// judgeProof reads a c2sp.org/tlog-proof and checks all of it.
func judgeProof(q question, known note.Verifiers) (string, error) {
	head, text, found := strings.Cut(q.Proof, "\n\n")
	if !found {
		return "", errors.New("a proof ends in a checkpoint")
	}
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("no proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil || fmt.Sprintf("index %d", index) != lines[1] {
		return "", errors.New("no index")
	}
	path, err := hashes(lines[2:])
	if err != nil {
		return "", err
	}
	under, err := openCheckpoint([]byte(text), known)
	if err != nil {
		return "", err
	}
	leaf := tlog.RecordHash([]byte(q.Entry))
	if err := tlog.CheckRecord(tlog.RecordProof(path), under.N, under.Hash, index, leaf); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d of %d, signed by %s", index, under.N, strings.Join(under.signers, " ")), nil
}

func judgeGrowth(q question, known note.Verifiers) (string, error) {
	before, err := openCheckpoint([]byte(q.Old), known)
	if err != nil {
		return "", err
	}
	after, err := openCheckpoint([]byte(q.New), known)
	if err != nil {
		return "", err
	}
	path, err := hashes(q.Path)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckTree(tlog.TreeProof(path), after.N, after.Hash, before.N, before.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d to %d", before.N, after.N), nil
}

func hashes(lines []string) ([]tlog.Hash, error) {
	path := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		path[i] = hash
	}
	return path, nil
}

// --- a whole log -----------------------------------------------------------------------------------------------------

const tileHeight = 8

// remote reads tiles over HTTP, with the addresses of c2sp.org/tlog-tiles: those of the package without the height.
type remote struct{ url string }

func (r remote) Height() int                         { return tileHeight }
func (r remote) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (r remote) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		content, err := r.get(r.path(tile))
		if err != nil {
			return nil, err
		}
		if len(content) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", r.path(tile), len(content))
		}
		data[i] = content
	}
	return data, nil
}

func (r remote) path(tile tlog.Tile) string {
	return strings.Replace(strings.Replace(tile.Path(), "tile/8/data", "tile/entries", 1), "tile/8/", "tile/", 1)
}

func (r remote) get(path string) ([]byte, error) {
	answer, err := http.Get(r.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", path, answer.StatusCode)
	}
	return io.ReadAll(answer.Body)
}

// judgeWhole reads every entry and every tile of a log, and checks them against its checkpoint.
func judgeWhole(url string, known note.Verifiers) (string, error) {
	r := remote{url}
	text, err := r.get("checkpoint")
	if err != nil {
		return "", err
	}
	head, err := openCheckpoint(text, known)
	if err != nil {
		return "", err
	}
	proven := tlog.TileHashReader(head.Tree, r)
	for first := int64(0); first < head.N; first += 256 {
		width := int(head.N - first)
		if width > 256 {
			width = 256
		}
		entries, err := r.entries(first/256, width)
		if err != nil {
			return "", err
		}
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		leaves, err := proven.ReadHashes(indexes)
		if err != nil {
			return "", err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != leaves[i] {
				return "", fmt.Errorf("the entry %d has another hash", first+int64(i))
			}
		}
	}
	return fmt.Sprintf("%d", head.N), nil
}

func (r remote) entries(index int64, width int) ([][]byte, error) {
	path := r.path(tlog.Tile{H: tileHeight, L: -1, N: index, W: width})
	content, err := r.get(path)
	if err != nil {
		return nil, err
	}
	entries := make([][]byte, width)
	for rest, i := bytes.NewReader(content), 0; i < width || rest.Len() > 0; i++ {
		var length uint16
		if i == width {
			return nil, fmt.Errorf("%s has more entries", path)
		}
		if err := binary.Read(rest, binary.BigEndian, &length); err != nil {
			return nil, err
		}
		entries[i] = make([]byte, length)
		if _, err := io.ReadFull(rest, entries[i]); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
