using Patchbay.Tools.Audio.Speech;

namespace Patchbay.Tools.Audio.Tests.Speech;

public sealed class DenseMatrixTests
{
    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 387)]
    [InlineData(512, 128)]
    public void A_product_is_added_as_the_definition_says(int outputs, int inputs)
    {
        var random = new Random(outputs + inputs);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        var (rows, vector, before) = (Values(outputs * inputs), Values(inputs), Values(outputs));

        var results = before.ToArray();
        new DenseMatrix(rows, outputs).AddProduct(vector, results);

        for (var output = 0; output < outputs; output++)
        {
            double expected = before[output];
            for (var input = 0; input < inputs; input++)
                expected += (double)rows[(output * inputs) + input] * vector[input];
            Assert.Equal(expected, results[output], 1e-4);
        }
    }

    [Fact]
    public void A_vector_of_another_length_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DenseMatrix(new float[64 * 3], 64).AddProduct(new float[2], new float[64]));
}
