import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.util.encoders.Hex;

/**
 * One question per line, one answer: "verify POINT ID MESSAGE SIGNATURE" is "yes" or "no", "sign NUMBER ID MESSAGE" a
 * signature. ID is text, all else hexadecimal; an empty message is "-".
 */
public final class Sm2 {
  private static final X9ECParameters CURVE = GMNamedCurves.getByName("sm2p256v1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());

  public static void main(String[] args) throws Exception {
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      System.out.println(answer(line.split(" ")));
    }
  }

  private static String answer(String[] question) throws CryptoException {
    byte[] message = question[3].equals("-") ? new byte[0] : Hex.decode(question[3]);
    if (question[0].equals("sign")) {
      ECPrivateKeyParameters key = new ECPrivateKeyParameters(new BigInteger(question[1], 16), DOMAIN);
      return Hex.toHexString(over(message, true, key, question[2]).generateSignature());
    }
    byte[] point = Hex.decode(question[1]);
    ECPublicKeyParameters key = new ECPublicKeyParameters(CURVE.getCurve().decodePoint(point), DOMAIN);
    return over(message, false, key, question[2]).verifySignature(Hex.decode(question[4])) ? "yes" : "no";
  }

  private static SM2Signer over(byte[] message, boolean signs, CipherParameters key, String id) {
    SM2Signer signer = new SM2Signer();
    signer.init(signs, new ParametersWithID(key, id.getBytes(StandardCharsets.US_ASCII)));
    signer.update(message, 0, message.length);
    return signer;
  }
}
